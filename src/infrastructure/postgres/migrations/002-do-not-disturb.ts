/** Who is there and does not want to be rung. */
export const doNotDisturb = `
ALTER TABLE roomrtc.accounts ADD COLUMN do_not_disturb boolean NOT NULL DEFAULT false;
`
