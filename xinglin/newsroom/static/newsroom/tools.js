// Small tools inside articles. They count on the phone; nothing is sent or kept.

const number = (form, name) => Number.parseFloat(form.elements[name].value);

const TOOLS = {
  bmi: {
    fields: [["height", "身高（厘米）", 100, 230], ["weight", "体重（千克）", 20, 250]],
    // Adults, WS/T 428-2013: below 18.5 thin, from 24 overweight, from 28 obese.
    tell(form) {
      const bmi = number(form, "weight") / (number(form, "height") / 100) ** 2;
      const words = bmi < 18.5 ? "偏瘦" : bmi < 24 ? "正常" : bmi < 28 ? "超重" : "肥胖";
      return `BMI ${bmi.toFixed(1)}：${words}（成人标准 WS/T 428-2013）`;
    },
  },
  pressure: {
    fields: [["high", "高压（mmHg）", 60, 260], ["low", "低压（mmHg）", 30, 160]],
    // Measured at home the limit is 135/85 mmHg (Chinese guidelines for hypertension).
    tell(form) {
      const high = number(form, "high"), low = number(form, "low");
      if (high >= 180 || low >= 110) return "很高：请静坐几分钟再量一次，仍然这样请马上就医。";
      if (high >= 135 || low >= 85) return "偏高（家庭自测以 135/85 为界）：请连量几天并记录，带给医生看。";
      if (high < 90 || low < 60) return "偏低：有头晕、乏力请就医。";
      return "在家庭自测的正常范围内。";
    },
  },
  water: {
    fields: [["weight", "体重（千克）", 20, 250]],
    tell(form) {
      const low = Math.round(number(form, "weight") * 25 / 50) * 50;
      const high = Math.round(number(form, "weight") * 35 / 50) * 50;
      return `每天大约 ${low} 到 ${high} 毫升（含汤和饮料）；心、肾疾病请听医生的。`;
    },
  },
};

function build(section) {
  const tool = TOOLS[section.dataset.tool];
  if (!tool || section.querySelector("form")) return;
  const form = document.createElement("form");
  for (const [name, words, low, high] of tool.fields) {
    const label = document.createElement("label"), input = document.createElement("input");
    label.textContent = words;
    Object.assign(input, { name, type: "number", min: low, max: high, step: "any", required: true, inputMode: "decimal" });
    label.append(input);
    form.append(label);
  }
  const told = document.createElement("output");
  form.append(told);
  form.addEventListener("input", () => { told.textContent = form.checkValidity() ? tool.tell(form) : ""; });
  form.addEventListener("submit", (event) => event.preventDefault());
  section.append(form);
}

for (const section of document.querySelectorAll("[data-tool]")) build(section);
