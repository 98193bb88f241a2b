// The sandbox of load.ts, with the functions of a booking deployed: a process of its own, so that its work can be told
// from that of the clients. Prints where it is; ends with standard input.
import { fleetArchive } from "../tests/flows/fleet-code.ts";
import { openFleetSandbox } from "../tests/flows/fleet-sandbox.ts";
import { bookingFunctions } from "../tests/flows/journeys/booking-functions.ts";

// There is no machine of Google's to ask for credentials.
process.env.METADATA_SERVER_DETECTION = "none";
const { sandbox } = await openFleetSandbox(fleetArchive(), bookingFunctions);
const { base, token, access } = sandbox;
console.log(JSON.stringify({ base, token, stripe: access.stripe, firestore: await sandbox.firestoreHost() }));
process.stdin.on("end", () => void sandbox.close().then(() => process.exit(0))).resume();
