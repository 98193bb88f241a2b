import type { GlobalOptions } from "./command.ts";
import { type Io, wantsColor, widthOf } from "./io.ts";

/** How text is laid out for whoever reads standard output; in a file (`file` not null) it has no colours. */
export function textLayout(global: GlobalOptions, io: Io, file: string | null = null) {
  return { width: widthOf(io), color: file === null && wantsColor(io, global.color), verbose: global.verbose };
}
