import { describeMatrix } from "./describe-matrix.ts";
import { stripeWebhook } from "./kinds/stripe.ts";

describeMatrix("webhook of Stripe", stripeWebhook);
