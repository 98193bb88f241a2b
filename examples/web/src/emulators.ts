import { connectAuthEmulator } from "firebase/auth";
import { connectFirestoreEmulator } from "firebase/firestore";
import { connectFunctionsEmulator } from "firebase/functions";
import { auth, db, functions, functionsAffiliate, functionsPayments } from "./firebase.ts";
import { connectToEmulator } from "./regions.ts";

/** A build with VITE_AUTH_EMULATOR=127.0.0.1:9099 and its kin talks to Firebase's emulators; any other to Google. */
const env = import.meta.env;

if (env.VITE_AUTH_EMULATOR !== undefined)
  connectAuthEmulator(auth, `http://${env.VITE_AUTH_EMULATOR}`, { disableWarnings: true });

if (env.VITE_FIRESTORE_EMULATOR !== undefined) {
  const [host, port] = parts(env.VITE_FIRESTORE_EMULATOR);
  connectFirestoreEmulator(db, host, port);
}

if (env.VITE_FUNCTIONS_EMULATOR !== undefined) {
  const [host, port] = parts(env.VITE_FUNCTIONS_EMULATOR);
  connectToEmulator(host, port);
  for (const instance of [functions, functionsPayments, functionsAffiliate])
    connectFunctionsEmulator(instance, host, port);
}

function parts(address: string): [string, number] {
  const { hostname, port } = new URL(`http://${address}`);
  return [hostname, Number(port)];
}
