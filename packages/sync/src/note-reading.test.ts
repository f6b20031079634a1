import { describe, expect, it } from 'vitest';
import { AppError, type AppErrorCode } from '@shimabashi/contracts';
import { type AuditNote } from './log.ts';
import { noteReading } from './note-reading.ts';

const NOTE: AuditNote = { actorId: 'n', deviceId: 'k', action: 'read', patientId: 'p', atMs: 1 };
const failing = (code: AppErrorCode) => ({
  audit: () => {
    throw new AppError(code, 'no');
  },
});

describe('noting that a chart is read', () => {
  it('writes it to the audit', () => {
    const noted: AuditNote[] = [];
    noteReading({ audit: note => void noted.push(note) }, NOTE, () => expect.unreachable());
    expect(noted).toEqual([NOTE]);
  });

  it('lets the chart be read when the disk is full, and says so', () => {
    const unnoted: AuditNote[] = [];
    noteReading(failing('DISK_FULL'), NOTE, note => void unnoted.push(note));
    expect(unnoted).toEqual([NOTE]);
  });

  it('hides nothing else', () => {
    expect(() => noteReading(failing('STORE_CORRUPT'), NOTE, () => expect.unreachable())).toThrow(
      expect.objectContaining({ code: 'STORE_CORRUPT' }),
    );
  });
});
