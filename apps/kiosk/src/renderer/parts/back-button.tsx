import { Trans } from '@lingui/react/macro';
import { Button, Icon } from '@shimabashi/ui';

/** The way out of a page, at its top left. */
export function BackButton({
  onPress,
  className,
}: {
  readonly onPress: () => void;
  readonly className?: string | undefined;
}) {
  return (
    <Button kind="outline" className={className} onPress={onPress}>
      <Icon name="back" />
      <Trans>もどる</Trans>
    </Button>
  );
}
