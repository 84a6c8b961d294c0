/* The figures of a run, as one line of JSON; and who else was watched. */
#ifndef LOAD_REPORT_H
#define LOAD_REPORT_H

void report_init(void);
void report_begin(void); /* the window begins ... */
void report_end(void);   /* ... and ends */
void report_print(void);

#endif
