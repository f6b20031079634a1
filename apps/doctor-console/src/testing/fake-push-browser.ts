import { type PushBrowser, type PushSupport } from '../features/push/push-browser.ts';

/** A browser whose owner has said what the test wants. */
export class FakePushBrowser implements PushBrowser {
  supported: PushSupport = 'yes';
  granted: NotificationPermission = 'default';
  /** What the owner answers when asked. */
  answer: NotificationPermission = 'granted';
  endpoint: string | null = null;

  readonly support = (): PushSupport => this.supported;
  readonly permission = (): NotificationPermission => this.granted;
  readonly askPermission = async (): Promise<NotificationPermission> => (this.granted = this.answer);
  readonly subscribe: PushBrowser['subscribe'] = async () => {
    this.endpoint = 'https://push.example/1';
    return { endpoint: this.endpoint, p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) };
  };
  readonly unsubscribe = async (): Promise<string | null> => {
    const { endpoint } = this;
    this.endpoint = null;
    return endpoint;
  };
}
