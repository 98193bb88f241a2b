import { type App, getApps, initializeApp } from "firebase-admin/app";

/** The project that the copy runs in. Opened at first use: merely loading a module must not need a project. */
export function app(): App {
  return getApps()[0] ?? initializeApp();
}
