import { getApps, initializeApp } from "firebase-admin/app";
import { type Firestore, getFirestore } from "firebase-admin/firestore";

/** The project's one database. Opened at first use: merely loading a module must not need a project. */
export function db(): Firestore {
  if (getApps().length === 0) initializeApp();
  return getFirestore();
}
