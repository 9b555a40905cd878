/** Answers and tokens by person, place, persona and day (UTC). */
export const usage = `
create table rapport.usage(
  platform          text not null,
  tenant            text not null,
  day               date not null,
  person            text not null,
  place             text not null,
  persona           text not null,
  turns             int not null,
  prompt_tokens     bigint not null,
  completion_tokens bigint not null,
  primary key (platform, tenant, day, person, place, persona)
);`;
