import { describeMatrix } from "./describe-matrix.ts";
import { calledByJob } from "./kinds/scheduled.ts";

describeMatrix("webhook of a job made by hand", calledByJob, 4);
