import { Trans } from '@lingui/react/macro';
import { type LinkStep, type RoomSnapshot } from '@shimabashi/call';
import { type Call } from '@shimabashi/contracts';
import styles from './call.module.css';
import { ClinicName, Telephones } from './clinic-name.tsx';

const RUNGS = ['pictures', 'stills', 'voices', 'telephone'] as const;
type Rung = (typeof RUNGS)[number];

const REACHED: Readonly<Record<LinkStep, Rung>> = {
  good: 'pictures',
  reduced: 'pictures',
  stills: 'stills',
  audio: 'voices',
  lost: 'telephone',
};

/** How much of the call the line carries: four steps, the one reached solid, and a sentence. */
export function LinkLadder({ call, state }: { readonly call: Call; readonly state: RoomSnapshot }) {
  const isUp = state.link.link === 'joined' && state.media === 'up';
  // Before the first picture nothing can be said of the line.
  const step: LinkStep | null = isUp ? (state.quality?.step ?? null) : state.builds === 0 ? null : 'lost';
  const reached = step === null ? null : REACHED[step];
  return (
    <div className={styles.ladder} data-step={step ?? 'unknown'}>
      <ol>
        {RUNGS.map(rung => (
          <li key={rung} data-reached={rung === reached} aria-current={rung === reached ? 'step' : undefined}>
            <RungName rung={rung} />
          </li>
        ))}
      </ol>
      <output>
        {step === null ? (
          <Trans>回線をみています</Trans>
        ) : (
          <StepWords step={step} side={state.quality?.side ?? null} call={call} />
        )}
      </output>
      {step === 'lost' || step === 'audio' ? <Telephones clinicId={call.clinicId} /> : null}
    </div>
  );
}

function RungName({ rung }: { readonly rung: Rung }) {
  switch (rung) {
    case 'pictures':
      return <Trans>映像</Trans>;
    case 'stills':
      return <Trans>静止画</Trans>;
    case 'voices':
      return <Trans>音声</Trans>;
    case 'telephone':
      return <Trans>電話</Trans>;
  }
}

function StepWords({
  step,
  side,
  call,
}: {
  readonly step: LinkStep;
  readonly side: 'ours' | 'theirs' | null;
  readonly call: Call;
}) {
  const whose =
    side === 'ours' ? (
      <Trans>こちらの回線</Trans>
    ) : (
      <Trans>
        <ClinicName clinicId={call.clinicId} />
        の回線
      </Trans>
    );
  switch (step) {
    case 'good':
      return <Trans>映像と音声。回線は良好です</Trans>;
    case 'reduced':
      return <Trans>{whose}が細い。画質を下げています</Trans>;
    case 'stills':
      return <Trans>{whose}が細い。音声を守るため映像を止めています。写真はとれます</Trans>;
    case 'audio':
      return <Trans>{whose}が弱い。声もとぎれます。電話の用意をしてください</Trans>;
    case 'lost':
      return side === 'theirs' ? (
        <Trans>{whose}から届きません。自動でつなぎ直しています</Trans>
      ) : (
        <Trans>こちらの回線が切れています。自動でつなぎ直しています</Trans>
      );
  }
}
