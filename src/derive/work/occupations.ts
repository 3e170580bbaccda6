/** Nouns that name what people do for a living: the last word of a role. */
const occupations: ReadonlySet<string> = new Set(
  (
    "accountant actor actress actuary administrator advisor adviser agent analyst anaesthetist animator apprentice architect archivist artist assistant associate astronaut " +
    "astronomer athlete attorney auditor author baker banker barber barista bartender biologist blacksmith bookkeeper botanist bricklayer broadcaster broker builder butcher " +
    "buyer camerawoman cameraman caregiver caretaker carer carpenter cashier chef chemist chiropractor choreographer cleaner clerk coach comedian composer conductor " +
    "consultant contractor controller cook coordinator copywriter counsellor counselor courier curator dancer dealer dentist designer detective developer dietitian " +
    "director dispatcher diver doctor draughtsman driver economist editor electrician engineer entrepreneur estimator executive farmer farrier filmmaker firefighter fisherman " +
    "fitter florist foreman freelancer gardener geologist glazier goldsmith grocer guard guide hairdresser handyman headteacher historian homemaker housekeeper housewife " +
    "hygienist illustrator inspector installer instructor interpreter inventor investigator investor janitor jeweller jeweler joiner journalist judge jurist labourer laborer " +
    "landscaper lawyer lecturer librarian linguist locksmith logistician machinist magistrate maintainer maker manager mason mathematician mechanic merchant " +
    "meteorologist midwife miller miner minister model musician nanny negotiator neurologist notary novelist nurse nutritionist officer operator optician optometrist orderly " +
    "osteopath painter paralegal paramedic pastor pathologist pediatrician paediatrician pharmacist photographer physician physicist physiotherapist pianist pilot " +
    "planner plasterer plumber poet policeman policewoman politician porter postman potter preacher priest principal printer producer professor programmer promoter " +
    "psychiatrist psychologist publicist publisher radiographer radiologist ranger realtor receptionist recruiter referee repairman reporter representative researcher retailer " +
    "roofer sailor salesman salesperson saleswoman scholar scientist scriptwriter sculptor seamstress secretary seller shepherd shopkeeper singer sociologist soldier " +
    "solicitor sommelier specialist statistician stylist supervisor surgeon surveyor tailor teacher technician technologist tester therapist trader trainee trainer translator " +
    "treasurer tutor upholsterer vet veterinarian vicar videographer waiter waitress watchmaker weaver welder woodworker worker writer zoologist " +
    "intern student postdoc ceo cto cfo coo founder co-founder cofounder partner"
  ).split(" "),
);

const suffixes = /(?:ologist|ographer|smith|keeper|monger|wright|pedist|iatrist|ician)$/u;

/** Roles that are said of relations and pastimes rather than of work. */
const never =
  /^(?:life|business|silent|running|training|dance|travel|best|good|great|bad|terrible|fast|slow|big|early|night|lone|hard|team|bookworm|single) (?:partner|worker|student|cook|driver|dancer|guide|singer|maker|planner|writer)$/u;

/** Whether the phrase names an occupation by its last word. */
export function isOccupation(phrase: string): boolean {
  const words = phrase.toLowerCase().split(/\s+/u);
  const last = (words.at(-1) ?? "").replace(/(?<=[^s])s$/u, "");
  return (occupations.has(last) || suffixes.test(last)) && !never.test(phrase.toLowerCase());
}
