/**
 * A URL that may be shown and kept: user info and fragment dropped, each query value replaced by "***". Text that is no
 * URL comes back as "(not a URL)", since nobody knows what it holds.
 */
export function maskedUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return "(not a URL)";
  }
  url.username = "";
  url.password = "";
  url.hash = "";
  const names = [...url.searchParams.keys()];
  url.search = names.map((name) => `${encodeURIComponent(name)}=***`).join("&");
  return url.toString();
}
