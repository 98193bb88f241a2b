import type { Page } from "playwright-core";

/** Makes an account on whatever page is open, as a person does. */
export async function createAccount(page: Page, email: string): Promise<void> {
  await page.getByRole("button", { name: "Create one" }).click();
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill("correct horse");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByText(`Signed in as ${email}.`).waitFor();
}
