import * as z from 'zod';
import { FhirId } from './chart.ts';

/** Who may act. Access is role x practice x care relation; what is not allowed is refused. */
export const Role = z.enum(['nurse', 'doctor', 'supporter', 'clerk']);
export type Role = z.infer<typeof Role>;

/** A person of the staff as screens show them. */
export const StaffMember = z.strictObject({
  practitionerId: FhirId,
  /** Family name, space, given name, in kanji. */
  name: z.string().min(1).max(80),
  /** The same in Latin letters, for the English screens. */
  nameLatin: z.string().max(80),
  role: Role,
});
export type StaffMember = z.infer<typeof StaffMember>;

/** A member of staff with the hashed PIN or passphrase that the holder of the row checks. */
export const StaffCredential = z.strictObject({
  ...StaffMember.shape,
  clinicIds: z.array(FhirId),
  /** `scrypt$N$r$p$<salt base64url>$<hash base64url>` */
  secretHash: z.string().max(300),
});
export type StaffCredential = z.infer<typeof StaffCredential>;

export const Clinic = z.strictObject({
  clinicId: FhirId,
  name: z.string().max(80),
  nameLatin: z.string().max(80),
  /** Whom to telephone when the link is down, in the order to try. Shown, never dialled by us. */
  telephones: z
    .array(
      z.strictObject({
        label: z.string().max(80),
        labelLatin: z.string().max(80),
        number: z.string().max(20),
      }),
    )
    .max(4),
});
export type Clinic = z.infer<typeof Clinic>;
