'use strict';

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function addRow(table, cells, {cell = 'td', className} = {}) {
  const row = element('tr', undefined, className);
  for (const text of cells) row.append(element(cell, text));
  table.append(row);
}
