import { Resource } from "@pulumi/pulumi";

/** The SDK's own bookkeeping of where in a program a resource is made; not part of its published types. */
interface Positions {
  stackTrace?: (skip: number) => unknown[];
}

/**
 * Runs `make` without the SDK's record of source positions. A fleet is made from data, so the record would say the same
 * of every resource, put paths of this machine into a state that others share, and make that state a third larger.
 */
export function withoutPositions(make: () => void): void {
  const positions = Resource as unknown as Positions;
  const own = positions.stackTrace;
  if (own !== undefined) positions.stackTrace = () => [];
  try {
    make();
  } finally {
    if (own !== undefined) positions.stackTrace = own;
  }
}
