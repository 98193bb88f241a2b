import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { projectCopy, run } from "./run.ts";

/*
 * Each Markdown file here is a session in a fresh copy of one fixture: a block per command, with all that it prints and
 * its exit code. UPDATE_TRANSCRIPTS=1 writes down what the commands print now; read the difference before committing.
 */
const folder = fileURLToPath(new URL(".", import.meta.url));
const transcripts = readdirSync(folder).filter((file) => file.endsWith(".md"));
const block = /```console\n\$ (regions.*)\n[\s\S]*?```/g;

it("there are transcripts to replay", () => {
  expect(transcripts.length).toBeGreaterThan(2);
});

it.each(transcripts)("%s prints what it says", async (file) => {
  const path = `${folder}${file}`;
  const written = readFileSync(path, "utf8");
  const fixture = /`fixtures\/([\w-]+)`/.exec(written)?.[1];
  if (fixture === undefined) throw new Error(`${file} names no fixture`);
  const project = projectCopy(fixture);
  try {
    let replayed = "";
    let from = 0;
    for (const match of written.matchAll(block)) {
      const command = match[1] ?? "";
      const { code, stdout, stderr } = await run(wordsOf(command).slice(1), { cwd: project.folder });
      replayed += `${written.slice(from, match.index)}\`\`\`console\n$ ${command}\n${stdout}${stderr}[exit code ${code}]\n\`\`\``;
      from = match.index + match[0].length;
    }
    replayed += written.slice(from);
    if (process.env.UPDATE_TRANSCRIPTS === "1") writeFileSync(path, replayed);
    else expect(replayed).toBe(written);
  } finally {
    project.remove();
  }
});

/** Words of a command line; quotes keep blanks together. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
}
