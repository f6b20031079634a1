import styles from './digits.module.css';

/**
 * Text whose digits each stand in a cell of 0.76 em.
 *
 * BIZ UDPGothic has no tabular figures and a narrow 1, so that a changing number or a column of times
 * would tremble. Screen readers get the text whole, not digit by digit.
 */
export function Digits({ children }: { readonly children: string }) {
  return (
    // The text is drawn in pieces, but is one thing to hear; there is no tag for that.
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
    <span role="img" aria-label={children} className={styles.digits}>
      {Array.from(children).map((character, index) =>
        character >= '0' && character <= '9' ? (
          // A place in the text is what identifies a cell; there is nothing else.
          // oxlint-disable-next-line react/no-array-index-key
          <span key={index} className={styles.cell}>
            {character}
          </span>
        ) : (
          character
        ),
      )}
    </span>
  );
}
