/** Variables by which the Firebase CLI takes the addresses of what it calls when it deploys and deletes functions. */
const addresses: Readonly<Record<string, string>> = {
  ARTIFACT_REGISTRY_DOMAIN: "artifactregistry.googleapis.com",
  CLOUD_RUN_API_URL: "run.googleapis.com",
  CLOUD_RUN_URL: "run.googleapis.com",
  CLOUD_SECRET_MANAGER_URL: "secretmanager.googleapis.com",
  COMPUTE_URL: "compute.googleapis.com",
  EVENTARC_URL: "eventarc.googleapis.com",
  FIREBASE_API_URL: "firebase.googleapis.com",
  FIREBASE_CLOUDBILLING_URL: "cloudbilling.googleapis.com",
  FIREBASE_CLOUDBUILD_URL: "cloudbuild.googleapis.com",
  FIREBASE_CLOUDSCHEDULER_URL: "cloudscheduler.googleapis.com",
  // Misspelt in the CLI itself.
  FIREBASE_CLOUD_TAKS_URL: "cloudtasks.googleapis.com",
  FIREBASE_EXT_URL: "firebaseextensions.googleapis.com",
  FIREBASE_FUNCTIONS_URL: "cloudfunctions.googleapis.com",
  FIREBASE_FUNCTIONS_V2_URL: "cloudfunctions.googleapis.com",
  FIREBASE_IAM_URL: "iam.googleapis.com",
  FIREBASE_IDENTITY_URL: "identitytoolkit.googleapis.com",
  FIREBASE_PUBSUB_URL: "pubsub.googleapis.com",
  FIREBASE_RESOURCEMANAGER_URL: "cloudresourcemanager.googleapis.com",
  FIREBASE_RUNTIMECONFIG_URL: "runtimeconfig.googleapis.com",
  FIREBASE_SERVICE_USAGE_URL: "serviceusage.googleapis.com",
  FIREBASE_STORAGE_URL: "storage.googleapis.com",
  FIREBASE_TOKEN_URL: "www.googleapis.com",
  FIRESTORE_URL: "firestore.googleapis.com",
};

/**
 * What the Firebase CLI's environment needs so that it speaks to a stand-in and to nobody else.
 * @param base "http://127.0.0.1:PORT": each of Google's hosts is a folder below it
 */
export function standInVariables(base: string): Readonly<Record<string, string>> {
  const pointed = Object.entries(addresses).map(([name, host]) => [name, `${base}/${host}`]);
  return {
    ...Object.fromEntries(pointed),
    // Never exchanged for anything: what goes to a loopback address carries a token of its own.
    FIREBASE_TOKEN: "stand-in",
    // This look at permissions has an address of its own that no variable changes.
    FIREBASE_SKIP_INFORMATIONAL_IAM: "true",
  };
}
