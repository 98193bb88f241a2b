import { log } from "@pulumi/pulumi";

/** The SDK's module as its own code calls it. */
const sdkLog = log as { debug: typeof log.debug };

/**
 * Runs an engine without what the SDK does for whoever debugs the SDK: of every resource it sends the engine messages
 * that nobody is shown, each of which comes back as an event, and keeps a stack of every promise. For a fleet that is a
 * quarter of the time and of the memory. An error that is thrown meanwhile has a message and no stack. Not for two runs
 * at once.
 */
export async function withoutDebugging<T>(run: () => Promise<T>): Promise<T> {
  const { debug } = sdkLog;
  const { stackTraceLimit } = Error;
  sdkLog.debug = async () => {};
  Error.stackTraceLimit = 0;
  try {
    return await run();
  } finally {
    sdkLog.debug = debug;
    Error.stackTraceLimit = stackTraceLimit;
  }
}
