import { addressesOf, deployedCopy } from "../../clients/deployed-copy.ts";
import type { Google } from "../../clients/google.ts";
import type { AddressMove } from "../../clients/move-address.ts";
import { canonicalUrl, parseFunctionUrl } from "../../model/function-url.ts";
import { seen } from "./seen.ts";

/**
 * Addresses that reach a copy, in pairs of the same form: what leads to the one copy, and the like of it for the other. The
 * two forms of Cloud Run are there once Google says what they are.
 */
export function createAddresses(google: Google, project: string) {
  return async (name: string, from: string, to: string, toName: string): Promise<readonly AddressMove[]> => {
    const urlsIn = (id: string, region: string): Promise<readonly string[]> =>
      seen(`${id} in ${region}`, async () => {
        const copy = await deployedCopy(google, `projects/${project}/locations/${region}/functions/${id}`);
        return copy === null ? [] : addressesOf(google, copy);
      });
    const [old, made] = await Promise.all([urlsIn(name, from), urlsIn(toName, to)]);
    const pairs: AddressMove[] = [{ from: canonicalUrl(project, from, name), to: canonicalUrl(project, to, toName) }];
    for (const url of old) {
      const form = parseFunctionUrl(url)?.form;
      if (form === undefined || form === "cloudfunctions") continue;
      // "https://SERVICE-NUMBER.REGION.run.app" names the region itself: its like follows from it.
      const like =
        form === "run-number" && name === toName
          ? url.replace(`.${from}.run.app`, `.${to}.run.app`)
          : made.find((one) => parseFunctionUrl(one)?.form === form);
      if (like !== undefined) pairs.push({ from: url, to: like });
    }
    return pairs;
  };
}
