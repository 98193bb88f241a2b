import { describeMatrix } from "./describe-matrix.ts";
import { event } from "./kinds/event.ts";

describeMatrix("event", event);
