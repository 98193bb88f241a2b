import { ApiError, isOutage } from "./api-error.ts";
import type { Request, Rest } from "./rest.ts";
import type { Values } from "./values.ts";

export type Settled =
  /** Google's answer to the creation. */
  | { readonly kind: "answered"; readonly answer: Values }
  /** The answer was lost, and this is what the creation has made. */
  | { readonly kind: "found"; readonly found: Values };

/**
 * Creates something exactly once. When the answer is lost, or the service fails on the way, the provider looks whether
 * the creation has arrived before it sends it again. What is there and is not what was sent belongs to somebody else:
 * then the refusal of the creation stands.
 *
 * `find` gives what is there under the name, or null; `isOurs` whether it is what this creation makes.
 */
export async function createOnce(
  rest: Rest,
  request: Request,
  find: () => Promise<Values | null>,
  isOurs: (found: Values) => boolean,
): Promise<Settled> {
  const end = Date.now() + rest.patience.giveUpMs;
  let lost = false;
  for (let pause = rest.patience.firstPauseMs; ; pause = Math.min(pause * 2, rest.patience.longestPauseMs)) {
    try {
      return { kind: "answered", answer: await rest.send({ ...request, repeat: "refused" }) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const uncertain = isOutage(error);
      const taken = error.httpStatus === 409 && lost;
      if (!uncertain && !taken) throw error;
      lost = lost || uncertain;
      const found = await find();
      if (found !== null) {
        if (isOurs(found)) return { kind: "found", found };
        throw new ApiError(
          `${request.method} ${request.path}: what is there under this name is not what was to be created: ${error.message}`,
          409,
          "ALREADY_EXISTS",
        );
      }
      if (Date.now() + pause > end) throw error;
      await rest.pause(pause);
    }
  }
}
