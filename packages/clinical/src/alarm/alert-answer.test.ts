import fc from 'fast-check';
import { expect, it } from 'vitest';
import { patientIdOf } from '../index.ts';
import { createResourceValidator } from '../validation/index.ts';
import { type AlertAnswerInput, buildAlertAnswer, readAlertAnswer } from './alert-answer.ts';

const anyId = fc.stringMatching(/^[A-Za-z0-9\-.]{1,64}$/);
const anyTimeMs = fc.integer({ min: 0, max: 4_000_000_000_000 });
const anyAnswer: fc.Arbitrary<AlertAnswerInput> = fc.record({
  answerId: fc.uuid(),
  alertId: fc.uuid(),
  kind: fc.constantFrom('seen', 'accepted'),
  patientId: fc.option(anyId),
  encounterId: fc.option(anyId),
  kioskDeviceId: anyId,
  practitionerId: anyId,
  priority: fc.constantFrom('high', 'medium', 'low'),
  calledAtMs: anyTimeMs,
  answeredAtMs: anyTimeMs,
});

it('is valid FHIR, keeps who answered what and when, and belongs to the patient', () => {
  const { validate } = createResourceValidator();
  fc.assert(
    fc.property(anyAnswer, input => {
      const resource = buildAlertAnswer(input);
      validate(resource);
      const { alertId, kind, practitionerId, answeredAtMs } = input;
      expect(readAlertAnswer(resource)).toEqual({ alertId, kind, practitionerId, answeredAtMs });
      expect(patientIdOf(resource)).toBe(input.patientId);
    }),
  );
});

it('lets any other message pass', () => {
  expect(readAlertAnswer({ resourceType: 'Communication', id: 'c-1', status: 'completed' })).toBeUndefined();
});
