import { Trans, useLingui } from '@lingui/react/macro';
import { readPatient } from '@shimabashi/clinical';
import { type FrontSource, type Visit } from '@shimabashi/contracts';
import { Button, Icon, localeOf } from '@shimabashi/ui';
import { Band } from '../parts/band.tsx';
import { Header } from '../parts/header.tsx';
import { PatientBanner } from '../parts/patient-banner.tsx';
import { allergyKnowledge } from '../state/chart.ts';
import { patientName, staffName } from '../state/names.ts';
import { useRow, useSnapshot } from '../state/use-kiosk.ts';
import { type Time, useTime } from '../state/use-time.ts';
import { CallChart } from './call-chart.tsx';
import { CallControls } from './call-controls.tsx';
import { CallStrip } from './call-strip.tsx';
import { DoctorPicture } from './doctor-picture.tsx';
import { OwnPicture } from './own-picture.tsx';
import { type CallInUse, localOf } from './call-in-use.ts';
import styles from './nurse-view.module.css';

/** The call as the nurse works in it: the doctor large, what the doctor sees, the live numbers. */
export function NurseView({ inCall }: { readonly inCall: CallInUse }) {
  const time = useTime();
  const { visit } = useSnapshot();
  return (
    <>
      {visit ? <VisitBanner visit={visit} time={time} /> : <Header nowMs={time.nowMs} />}
      <Band nowMs={time.nowMs} kinds={['door', 'store', 'devices']} />
      <div className={styles.columns}>
        <main className={styles.stage} data-theme="night" data-call="connected">
          <Doctor inCall={inCall} />
          <div className={styles.side}>
            <OwnCamera inCall={inCall} source="exam-camera" />
            <OwnCamera inCall={inCall} source="face-camera" />
            <WhoIsHere inCall={inCall} />
          </div>
          <CallStrip time={time} />
          <CallControls inCall={inCall} nowMs={time.nowMs} />
        </main>
        <CallChart inCall={inCall} time={time} />
      </div>
    </>
  );
}

function VisitBanner({ visit, time }: { readonly visit: Visit; readonly time: Time }) {
  const chart = useRow('patients.get', { patientId: visit.patientId });
  const resources = chart.body?.resources ?? [];
  return (
    <PatientBanner
      patient={chart.body === undefined ? undefined : readPatient(chart.body.patient.resource)}
      allergies={chart.body === undefined ? undefined : allergyKnowledge(resources)}
      conflicting={new Set(resources.map(entry => entry.resource.id)).size < resources.length}
      nowMs={time.nowMs}
    />
  );
}

function Doctor({ inCall }: { readonly inCall: CallInUse }) {
  const { i18n } = useLingui();
  const { call, state } = inCall;
  const name = call.doctor === null ? '' : staffName(call.doctor, localeOf(i18n));
  return (
    <DoctorPicture inCall={inCall} className={styles.doctor}>
      <figcaption className={styles.tag}>
        <b>
          <Trans>{name} 医師</Trans>
        </b>
      </figcaption>
      {state.words === null ? null : (
        <p className={styles.words} aria-live="polite">
          {state.words.text}
        </p>
      )}
      {inCall.voiceLocked ? (
        <Button kind="primary" className={styles.unlock} onPress={inCall.unlockVoice}>
          <Trans>押すと、先生の声が出ます</Trans>
        </Button>
      ) : null}
    </DoctorPicture>
  );
}

function OwnCamera({ inCall, source }: { readonly inCall: CallInUse; readonly source: FrontSource }) {
  const { t } = useLingui();
  const inFront = inCall.state.front === source && inCall.state.link.link === 'joined';
  return (
    <OwnPicture
      local={localOf(inCall, source)}
      label={source === 'exam-camera' ? t`手元のカメラ` : t`こちら`}
      seen={inFront ? 'in-front' : 'beside'}
      className={source === 'exam-camera' ? styles.exam : styles.own}
    />
  );
}

/** Everybody whom the doctor and the patient may see and hear. */
function WhoIsHere({ inCall }: { readonly inCall: CallInUse }) {
  const { i18n } = useLingui();
  const { visit } = useSnapshot();
  const locale = localeOf(i18n);
  const chart = useRow('patients.get', visit ? { patientId: visit.patientId } : null);
  const staff = inCall.state.participants.flatMap(({ staff: member }) =>
    member === null ? [] : [staffName(member, locale)],
  );
  const patient =
    chart.body === undefined ? [] : [patientName(readPatient(chart.body.patient.resource), locale).main];
  return (
    <div className={styles.people}>
      <h2>
        <Trans>この診察にいる人</Trans>
      </h2>
      <ul>
        {[...patient, ...staff].map(name => (
          <li key={name}>{name}</li>
        ))}
      </ul>
      <p>
        <Icon name="no-record" />
        <Trans>録画していません</Trans>
      </p>
    </div>
  );
}
