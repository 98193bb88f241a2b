import { describeMatrix } from "./describe-matrix.ts";
import { pushSubscription } from "./kinds/push.ts";

describeMatrix("webhook of a push subscription", pushSubscription, 4);
