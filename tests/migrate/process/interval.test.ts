import { describeMatrix } from "./describe-matrix.ts";
import { scheduledByInterval } from "./kinds/scheduled.ts";

describeMatrix("scheduled by an interval", scheduledByInterval);
