import { type PersonName } from '@shimabashi/clinical';
import { type Clinic, type Role } from '@shimabashi/contracts';

/** The demo's islands and people. None of them exists; the telephone numbers are not assigned. */
export interface DemoPatient {
  readonly kanji: PersonName;
  readonly kana: PersonName;
  readonly latin: PersonName;
  readonly birthDate: string;
  readonly gender: 'male' | 'female';
  readonly cardNumber: string;
  readonly allergy: {
    text: string;
    latin: string;
    reaction: string;
    reactionLatin: string;
    severe: boolean;
    on: string;
  } | null;
  /** Usual values, around which the history varies. */
  readonly usual: { spo2: number; pulse: number; systolic: number; diastolic: number; weight: number };
  readonly historyYears: number;
  /** Why today; null for who does not come today. */
  readonly today: { text: string; latin: string } | null;
}

export interface DemoClinic extends Clinic {
  readonly patients: readonly DemoPatient[];
}

const telephones = [
  {
    label: '潮路市民病院 当番医',
    labelLatin: 'Shioji City Hospital, doctor on duty',
    number: '0599-00-0120',
  },
  { label: '市役所 設備の係', labelLatin: 'City office, equipment', number: '0599-00-0114' },
];

const name = (family: string, given: string): PersonName => ({ family, given });

export const DEMO_STAFF: readonly {
  practitionerId: string;
  name: string;
  nameLatin: string;
  role: Role;
  secret: string;
}[] = [
  {
    practitionerId: 'N-1001',
    name: '汐入 さやか',
    nameLatin: 'Shioiri Sayaka',
    role: 'nurse',
    secret: '2468',
  },
  {
    practitionerId: 'D-2001',
    name: '灘 健一',
    nameLatin: 'Nada Kenichi',
    role: 'doctor',
    secret: 'shima-no-hashi-9',
  },
  {
    practitionerId: 'D-2002',
    name: '渚 真理',
    nameLatin: 'Nagisa Mari',
    role: 'doctor',
    secret: 'minato-no-akari-4',
  },
];

export const DEMO_CLINICS: readonly DemoClinic[] = [
  {
    clinicId: 'shiomijima',
    name: '汐見島診療所',
    nameLatin: 'Shiomijima Clinic',
    telephones,
    patients: [
      {
        kanji: name('島田', 'ハル'),
        kana: name('シマダ', 'ハル'),
        latin: name('Shimada', 'Haru'),
        birthDate: '1945-05-03',
        gender: 'female',
        cardNumber: '003-1182',
        allergy: {
          text: 'ペニシリン系',
          latin: 'Penicillins',
          reaction: '呼吸困難',
          reactionLatin: 'Dyspnoea',
          severe: true,
          on: '2009-06-11',
        },
        usual: { spo2: 95, pulse: 78, systolic: 142, diastolic: 82, weight: 46.5 },
        historyYears: 5,
        today: { text: '左すねの傷・血圧', latin: 'Wound on left shin, blood pressure' },
      },
      {
        kanji: name('浜口', 'トメ'),
        kana: name('ハマグチ', 'トメ'),
        latin: name('Hamaguchi', 'Tome'),
        birthDate: '1940-02-18',
        gender: 'female',
        cardNumber: '003-0417',
        allergy: null,
        usual: { spo2: 97, pulse: 68, systolic: 138, diastolic: 76, weight: 43.2 },
        historyYears: 6,
        today: { text: '血圧の薬', latin: 'Blood pressure medicine' },
      },
      {
        kanji: name('磯部', '清'),
        kana: name('イソベ', 'キヨシ'),
        latin: name('Isobe', 'Kiyoshi'),
        birthDate: '1942-01-30',
        gender: 'male',
        cardNumber: '003-0688',
        allergy: null,
        usual: { spo2: 96, pulse: 66, systolic: 134, diastolic: 74, weight: 58.9 },
        historyYears: 4,
        today: { text: '膝の痛み', latin: 'Knee pain' },
      },
      {
        kanji: name('港', '千代'),
        kana: name('ミナト', 'チヨ'),
        latin: name('Minato', 'Chiyo'),
        birthDate: '1937-09-12',
        gender: 'female',
        cardNumber: '003-0052',
        allergy: {
          text: 'そば',
          latin: 'Buckwheat',
          reaction: 'じんましん',
          reactionLatin: 'Urticaria',
          severe: false,
          on: '2015-04-02',
        },
        usual: { spo2: 96, pulse: 72, systolic: 128, diastolic: 68, weight: 39.8 },
        historyYears: 6,
        today: { text: 'めまい', latin: 'Dizziness' },
      },
      {
        kanji: name('沖', '富士雄'),
        kana: name('オキ', 'フジオ'),
        latin: name('Oki', 'Fujio'),
        birthDate: '1951-07-08',
        gender: 'male',
        cardNumber: '003-1420',
        allergy: null,
        usual: { spo2: 97, pulse: 74, systolic: 136, diastolic: 84, weight: 71.4 },
        historyYears: 5,
        today: { text: '糖尿病の定期', latin: 'Diabetes, regular visit' },
      },
      {
        kanji: name('瀬戸', '勝男'),
        kana: name('セト', 'カツオ'),
        latin: name('Seto', 'Katsuo'),
        birthDate: '1948-03-25',
        gender: 'male',
        cardNumber: '003-0931',
        allergy: null,
        usual: { spo2: 92, pulse: 82, systolic: 130, diastolic: 72, weight: 52.6 },
        historyYears: 4,
        today: { text: '息切れ（COPD）', latin: 'Shortness of breath (COPD)' },
      },
      {
        kanji: name('岬', 'ヨシ'),
        kana: name('ミサキ', 'ヨシ'),
        latin: name('Misaki', 'Yoshi'),
        birthDate: '1933-11-01',
        gender: 'female',
        cardNumber: '003-0009',
        allergy: null,
        usual: { spo2: 95, pulse: 70, systolic: 146, diastolic: 70, weight: 37.1 },
        historyYears: 6,
        today: null,
      },
    ],
  },
  {
    clinicId: 'narusejima',
    name: '鳴瀬島診療所',
    nameLatin: 'Narusejima Clinic',
    telephones,
    patients: [
      {
        kanji: name('小島', 'ツネ'),
        kana: name('コジマ', 'ツネ'),
        latin: name('Kojima', 'Tsune'),
        birthDate: '1938-06-20',
        gender: 'female',
        cardNumber: '007-0031',
        allergy: null,
        usual: { spo2: 95, pulse: 76, systolic: 132, diastolic: 70, weight: 41.7 },
        historyYears: 5,
        today: { text: 'けさから体がだるい', latin: 'Tired since this morning' },
      },
      {
        kanji: name('水門', '正夫'),
        kana: name('スイモン', 'マサオ'),
        latin: name('Suimon', 'Masao'),
        birthDate: '1943-04-14',
        gender: 'male',
        cardNumber: '007-0112',
        allergy: null,
        usual: { spo2: 98, pulse: 64, systolic: 126, diastolic: 70, weight: 61.3 },
        historyYears: 4,
        today: { text: '足の観察', latin: 'Foot examination' },
      },
      {
        kanji: name('橘', 'タミ'),
        kana: name('タチバナ', 'タミ'),
        latin: name('Tachibana', 'Tami'),
        birthDate: '1940-10-05',
        gender: 'female',
        cardNumber: '007-0090',
        allergy: null,
        usual: { spo2: 96, pulse: 70, systolic: 140, diastolic: 80, weight: 47.0 },
        historyYears: 5,
        today: null,
      },
      {
        kanji: name('入江', 'マツ'),
        kana: name('イリエ', 'マツ'),
        latin: name('Irie', 'Matsu'),
        birthDate: '1947-08-29',
        gender: 'female',
        cardNumber: '007-0204',
        allergy: {
          text: 'アスピリン',
          latin: 'Aspirin',
          reaction: 'ぜんそく発作',
          reactionLatin: 'Asthma attack',
          severe: true,
          on: '2018-02-20',
        },
        usual: { spo2: 96, pulse: 80, systolic: 124, diastolic: 72, weight: 49.4 },
        historyYears: 4,
        today: { text: '湿布の追加', latin: 'More patches' },
      },
      {
        kanji: name('波多', '一郎'),
        kana: name('ハタ', 'イチロウ'),
        latin: name('Hata', 'Ichiro'),
        birthDate: '1950-12-11',
        gender: 'male',
        cardNumber: '007-0177',
        allergy: null,
        usual: { spo2: 97, pulse: 71, systolic: 144, diastolic: 88, weight: 66.8 },
        historyYears: 4,
        today: null,
      },
    ],
  },
];
