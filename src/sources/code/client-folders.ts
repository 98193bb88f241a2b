import { posix } from "node:path";
import { asRecord, join } from "./tsconfig.ts";

/** A folder whose code is a client of functions. */
export interface ClientFolder {
  readonly name: string;
  readonly folder: string;
}

/** How a build file other than package.json says that an app uses Cloud Functions, and where that app lies. */
const forms: readonly { readonly file: RegExp; readonly says: RegExp; readonly up: number }[] = [
  { file: /^pubspec\.yaml$/, says: /^[ \t]+["']?(?:cloud_functions|firebase_functions)["']?[ \t]*:/m, up: 0 },
  // A version catalogue writes the package with dots.
  { file: /^build\.gradle(?:\.kts)?$/, says: /^(?!\s*\/\/).*\bfirebase[-.]functions\b/m, up: 0 },
  { file: /^Package\.swift$/, says: /^(?!\s*\/\/).*"FirebaseFunctions/m, up: 0 },
  { file: /^Podfile$/, says: /^[ \t]*pod[ \t(]+["'](?:FirebaseFunctions|Firebase\/Functions)\b/m, up: 0 },
  { file: /^project\.pbxproj$/, says: /\bFirebaseFunctions\b/, up: 1 },
  { file: /^manifest\.json$/, says: /"com\.google\.firebase\.functions"/, up: 1 },
  { file: /\.csproj$/, says: /Include="(?:[\w.]*\.)?Firebase\.?(?:Cloud)?Functions\b/i, up: 0 },
];

/** Folders of apps for phones and desktops: Flutter, Android, Apple, Unity, .NET. */
export function nativeClients(files: readonly string[], read: (file: string) => string | null): ClientFolder[] {
  const folders = new Set<string>();
  for (const file of files) {
    const name = posix.basename(file);
    const form = forms.find((one) => one.file.test(name));
    if (form === undefined || !form.says.test(read(file) ?? "")) continue;
    let folder = folderOf(file);
    for (let count = 0; count < form.up; count++) folder = folderOf(folder);
    folders.add(folder);
  }
  const found = [...folders].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  // The Android and iOS halves of a Flutter app are parts of it.
  return found
    .filter((folder, at) => !found.slice(0, at).some((outer) => isWithin(folder, outer)))
    .map((folder) => ({ name: nameOf(folder), folder }));
}

/** Folders that Hosting serves as they lie in the repository; what a build makes is no file of it. */
export function servedFolders(config: Record<string, unknown> | null, folder: string, files: readonly string[]) {
  return [config?.hosting].flat().flatMap((entry): ClientFolder[] => {
    const served = asRecord(entry)?.public;
    if (typeof served !== "string") return [];
    const path = join(folder, served);
    if (path === "" || path.startsWith("../")) return [];
    if (!files.some((file) => file.startsWith(`${path}/`) && /\.(?:html?|m?js)$/.test(file))) return [];
    return [{ name: nameOf(path), folder: path }];
  });
}

export function isWithin(folder: string, outer: string): boolean {
  return outer === "" || folder === outer || folder.startsWith(`${outer}/`);
}

/** `android/app` is the Android app, and every other folder what it is called. */
function nameOf(folder: string): string {
  const own = posix.basename(folder);
  const parent = posix.basename(folderOf(folder));
  return (own === "app" && parent !== "" ? parent : own) || "app";
}

function folderOf(file: string): string {
  const folder = posix.dirname(file);
  return folder === "." ? "" : folder;
}
