import { posix } from "node:path";
import { type ClientFolder, isWithin, nativeClients, servedFolders } from "./client-folders.ts";
import { asRecord, join, parseJsonWithComments } from "./tsconfig.ts";

/** Where a checkout without a manifest keeps its functions and front ends; paths relative to the root, "" = root. */
export interface Layout {
  readonly codebases: readonly { readonly name: string; readonly source: string }[];
  /** Front ends of every kind: web, Flutter, Android, Apple, Unity, .NET. */
  readonly webRoots: readonly ClientFolder[];
  /** Project ids of every .firebaserc, without repeats. */
  readonly projects: readonly string[];
  /** Every firebase.json, those nearest the root first. */
  readonly firebaseJson: readonly string[];
}

/** Client packages whose presence makes a package a front end. */
const clientPackages = [
  "firebase",
  "@firebase/functions",
  "@angular/fire",
  "reactfire",
  "react-firebase-hooks",
  "vuefire",
  "@react-native-firebase/functions",
  "@react-native-firebase/app",
  "@capacitor-firebase/functions",
];

/** A tree as far as its layout is asked for. */
export interface LaidOut {
  readonly list: { readonly files: readonly string[] };
  text(file: string): string | null;
}

/** Looks at firebase.json, .firebaserc and the build files of a tree. Files that are not JSON say nothing. */
export function findLayout(tree: LaidOut): Layout {
  const { files } = tree.list;
  const read = (file: string): Record<string, unknown> | null => asRecord(parseJsonWithComments(tree.text(file) ?? ""));
  const named = (name: string): string[] =>
    files.filter((file) => posix.basename(file) === name).sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
  const firebaseJson = named("firebase.json");
  const codebases = firebaseJson.flatMap((file) => codebasesOf(read(file)?.functions, folderOf(file)));
  if (codebases.length === 0) codebases.push(...codebasesByPackage(named("package.json"), read));
  const isFunctions = ({ folder }: ClientFolder): boolean =>
    codebases.some(({ source }) => folder === source || (source !== "" && isWithin(folder, source)));
  const webRoots = named("package.json")
    .map((file) => ({ file, folder: folderOf(file) }))
    .map(({ file, folder }) => ({ file, folder, name: folder === "" ? "web" : posix.basename(folder) }))
    .filter((found) => !isFunctions(found) && dependsOn(read(found.file), clientPackages))
    .map(({ name, folder }): ClientFolder => ({ name, folder }));
  const others = [
    ...nativeClients(files, (file) => tree.text(file)),
    ...firebaseJson.flatMap((file) => servedFolders(read(file), folderOf(file), files)),
  ];
  for (const found of others) {
    if (isFunctions(found) || webRoots.some(({ folder }) => isWithin(found.folder, folder))) continue;
    webRoots.push(found);
  }
  const projects = named(".firebaserc").flatMap((file) => {
    const known = asRecord(read(file)?.projects) ?? {};
    return Object.values(known).filter((id) => typeof id === "string");
  });
  const sources = unlike(codebases).map(({ name, source }) => ({ name, source }));
  return { codebases: sources, webRoots: unlike(webRoots), projects: [...new Set(projects)], firebaseJson };
}

/** `functions` of firebase.json: one object, or a list; the CLI's own default source is "functions". */
function codebasesOf(functions: unknown, folder: string): { name: string; source: string; prefix?: string }[] {
  if (functions === undefined || functions === null) return [];
  return [functions].flat().flatMap((entry) => {
    if (typeof entry === "string") return [{ name: "default", source: join(folder, entry) }];
    const record = asRecord(entry);
    if (record === null) return [];
    const source = typeof record.source === "string" ? record.source : "functions";
    const name = typeof record.codebase === "string" && record.codebase !== "" ? record.codebase : "default";
    const prefix = typeof record.prefix === "string" ? record.prefix : "";
    return [{ name, source: join(folder, source), prefix }];
  });
}

function codebasesByPackage(
  packages: readonly string[],
  read: (file: string) => Record<string, unknown> | null,
): { name: string; source: string }[] {
  return packages
    .filter((file) => dependsOn(read(file), ["firebase-functions"]))
    .map((file) => ({ name: posix.basename(folderOf(file)) || "default", source: folderOf(file) }));
}

function dependsOn(manifest: Record<string, unknown> | null, names: readonly string[]): boolean {
  const all = { ...asRecord(manifest?.dependencies), ...asRecord(manifest?.devDependencies) };
  return names.some((name) => name in all);
}

/** Each folder once; two of one name are told apart by a number, since names are keys. */
function unlike<
  T extends { readonly name: string; readonly source?: string; readonly folder?: string; readonly prefix?: string },
>(items: readonly T[]): T[] {
  const taken = new Set<string>();
  const folders = new Set<string>();
  const once = items.filter((item) => {
    // One source is deployed as several codebases where each puts a prefix of its own before its functions' names.
    const folder = `${item.source ?? item.folder ?? ""}\0${item.prefix ?? ""}`;
    if (folders.has(folder)) return false;
    folders.add(folder);
    return true;
  });
  return once.map((item) => {
    let name = item.name;
    for (let count = 2; taken.has(name); count++) name = `${item.name}-${count}`;
    taken.add(name);
    return { ...item, name };
  });
}

function folderOf(file: string): string {
  const folder = posix.dirname(file);
  return folder === "." ? "" : folder;
}

function depth(file: string): number {
  return file.split("/").length;
}
