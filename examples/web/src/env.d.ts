interface ImportMetaEnv {
  readonly VITE_FIREBASE_API_KEY: string;
  readonly VITE_FIREBASE_PROJECT_ID: string;
  readonly VITE_STRIPE_PUBLISHABLE_KEY: string;
  readonly VITE_FUNCTIONS_AFFILIATE_REGION?: string;
  /** Host and port of Firebase's emulators; see emulators.ts. */
  readonly VITE_AUTH_EMULATOR?: string;
  readonly VITE_FIRESTORE_EMULATOR?: string;
  readonly VITE_FUNCTIONS_EMULATOR?: string;
}
