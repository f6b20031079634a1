import { Trans } from '@lingui/react/macro';
import { Button } from '@shimabashi/ui';
import { Component, type ReactNode } from 'react';
import styles from './fault-boundary.module.css';

/**
 * What stands there when a screen itself fails: no half-drawn page, no old number, and a way on.
 * Nothing that was saved depends on the screen.
 */
export class FaultBoundary extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <main className={styles.fault}>
        <h1>
          <Trans>この画面に思わぬことが起きました</Trans>
        </h1>
        <p>
          <Trans>
            保存した記録は消えていません。開き直してください。続くときは、設備の係に電話してください。
          </Trans>
        </p>
        <Button kind="primary" onPress={() => window.location.reload()}>
          <Trans>開き直す</Trans>
        </Button>
      </main>
    );
  }
}
