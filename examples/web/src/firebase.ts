import { initializeApp } from "firebase/app";
import { getAuth } from "firebase/auth";
import { getFirestore } from "firebase/firestore";
import { getFunctions } from "firebase/functions";

export const app = initializeApp({
  apiKey: import.meta.env.VITE_FIREBASE_API_KEY,
  projectId: import.meta.env.VITE_FIREBASE_PROJECT_ID,
  authDomain: `${import.meta.env.VITE_FIREBASE_PROJECT_ID}.firebaseapp.com`,
});

export const auth = getAuth(app);
export const db = getFirestore(app);

export const functions = getFunctions(app, "europe-west1");
export const functionsPayments = getFunctions(app, "europe-west3");
export const functionsAffiliate = getFunctions(app, import.meta.env.VITE_FUNCTIONS_AFFILIATE_REGION ?? "europe-west2");
