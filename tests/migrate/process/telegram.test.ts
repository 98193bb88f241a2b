import { describeMatrix } from "./describe-matrix.ts";
import { telegramWebhook } from "./kinds/telegram.ts";

describeMatrix("webhook of Telegram", telegramWebhook, 4);
