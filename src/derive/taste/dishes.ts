import { plain } from "../text/phrase.ts";

const heads =
  "rice|noodles?|soup|fish|chicken|pork|beef|lamb|duck|shrimps?|prawns?|crabs?|lobster|oysters?|tofu|dumplings?|buns?|porridge|congee|salad|sandwich(?:es)?|burgers?|pizza|pasta|" +
  "spaghetti|lasagn[ae]|curry|tacos?|burritos?|sushi|sashimi|ramen|pho|kebabs?|steak|stew|hot ?pot|barbecue|bbq|pancakes?|waffles?|omelette|bread|cakes?|pie|cookies?|chocolate|" +
  "ice cream|yogurt|yoghurt|cheese|coffee|espresso|cappuccino|latte|tea|juice|smoothies?|beer|wine|whisky|whiskey|cocktails?|coconut water|milk tea|soy milk|dim sum|paella|tapas|" +
  "risotto|gnocchi|croissants?|bagels?|oatmeal|granola|falafel|hummus|biryani|naan|dal|goulash|schnitzel|fries|wings|ribs|sausages?|skewers|rolls?|chowder|pudding|tart|mooncakes?|zongzi";

/** Words that belong to a dish's name. Any word with a capital does as well. */
const parts =
  "grilled|fried|roast(?:ed)?|steamed|braised|boiled|baked|smoked|spicy|hot|iced|cold|sweet|sour|salty|milk|coconut|chicken|beef|pork|lamb|duck|seafood|sea|fish|egg|tomato|potato|" +
  "green|black|red|white|herbal|bubble|fruit|vegetable|veggie|vegetarian|vegan|rice|noodle|wonton|pumpkin|mushroom|garlic|ginger|lemon|mango|apple|cherry|cheese|chocolate|vanilla|" +
  "pepperoni|margherita|carbonara|bolognese|tuna|salmon|cod|eel|crab|shrimp|prawn|oyster|tofu|bean|lentil|corn|oat|almond|soy|matcha|jasmine|oolong|earl|grey|craft|dark|dry|" +
  "sparkling|pulled|stir-fried|deep-fried|sourdough|rye";

/** What makes of a dish's name that of a place or a thing. */
const noDish =
  "restaurant|shop|stall|street|market|machine|party|oil|tank|pond|bowl|cooker|maker|hook|table|house|room|bottles?|glass|cup|cabinet|culture|leaves|set|garden|plantation|cellar";

const dish = new RegExp(
  `(?<![\\p{L}-])(?<dish>(?:(?:(?:${parts})|\\p{Lu}\\p{Ll}+(?:['’]s)?) ){0,3}(?:(?:${heads})|(?:${withCapitals(heads)})))(?![\\p{L}-])(?! (?:${noDish})\\b)`,
  "gu",
);
/** One word alone (`fish`) says what is in the kitchen, not what is liked; these are dishes by themselves. */
const alone =
  /^(?:sushi|pizza|ramen|coffee|espresso|tapas|paella|lasagn[ae]|falafel|hummus|biryani|tacos?|burritos?|risotto|pho|dumplings?|mooncakes?)$/u;
const before =
  /^(?:(?:having|eating|drinking|enjoying|ordering|cooking|making|buying|try|trying|fresh|delicious|homemade|local|the|a|some|for|with|at|i|we|then|today|tonight|after|lunch|dinner|breakfast|enjoy\w*|had|have|made|cook\w*|order\w*) )+/u;

/** Dishes and drinks that a sentence names, in lower case. */
export function dishesIn(sentence: string): string[] {
  return [...sentence.matchAll(dish)]
    .map(({ groups }) => plain(groups?.["dish"] ?? "").replace(before, ""))
    .filter((name) => name.includes(" ") || alone.test(name));
}

function withCapitals(words: string): string {
  return words.replace(/(?<=^|\|)\p{Ll}/gu, (letter) => letter.toUpperCase());
}
