import { getApps, initializeApp } from "firebase-admin/app";
import { type Firestore, getFirestore } from "firebase-admin/firestore";

let other: Firestore | null = null;

/** The project's one database. Opened at first use: merely loading a module must not need a project. */
export function db(): Firestore {
  if (other !== null) return other;
  if (getApps().length === 0) initializeApp();
  return getFirestore();
}

/** Puts another database in its place, as tests do; null puts the project's own back. */
export function useDatabase(database: Firestore | null): void {
  other = database;
}
