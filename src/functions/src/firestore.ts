import { type Firestore, getFirestore } from "firebase-admin/firestore";
import { app } from "./app.ts";

let other: Firestore | null = null;

/** The project's one database. */
export function db(): Firestore {
  return other ?? getFirestore(app());
}

/** Puts another database in its place, as tests do; null puts the project's own back. */
export function useDatabase(database: Firestore | null): void {
  other = database;
}
