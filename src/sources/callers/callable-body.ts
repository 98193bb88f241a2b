import { enclosingFunction, type Site } from "../code/module.ts";

const maxText = 20_000;

/** A body that is put together as `{ data: … }`, or `{ data }`. */
const body =
  /(?:\bbody\b|JSON\.stringify|\.(?:post|request)\b|jsonEncode)[^;]{0,300}?[{(,]\s*["']?data["']?\s*[:,}]|[=(]\s*\{\s*["']?data["']?\s*:/s;

/**
 * Whether a request with a body of the callable protocol stands in the function around an address; in the whole file
 * where the address is kept outside functions. A hint: which request takes which address is not followed.
 */
export function hasCallableBody({ module, node }: Site): boolean {
  const around = enclosingFunction(module, node);
  const text = around === null ? module.text : module.text.slice(around.start, around.end);
  return body.test(text.slice(0, maxText));
}
