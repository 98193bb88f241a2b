import { describeMatrix } from "./describe-matrix.ts";
import { twilioWebhook } from "./kinds/twilio.ts";

describeMatrix("webhook of Twilio", twilioWebhook);
