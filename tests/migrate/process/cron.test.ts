import { describeMatrix } from "./describe-matrix.ts";
import { scheduledByCron } from "./kinds/scheduled.ts";

describeMatrix("scheduled by unix-cron", scheduledByCron);
