export { type PushMessage, type PushService, startPushService } from './push-service.ts';
export { createReceiver, type Receiver, withOtherAuth } from './receiver.ts';
export { deliverToServiceWorker, pressNotification, stubPushSubscription } from './browser.ts';
