/** A path of the report as seen from the repository's top; `folder` is where the report's paths start, "" = there. */
export function repositoryPath(folder: string, file: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${file}`.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

/** The same as a relative URI: what a URI cannot hold is percent-encoded, and lone surrogates become U+FFFD. */
export function repositoryUri(folder: string, file: string): string {
  return repositoryPath(folder, file)
    .split("/")
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join("/");
}
