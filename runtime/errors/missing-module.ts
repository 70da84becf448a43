/** Packages that are named otherwise than the module that they bring. Source: their pages on PyPI. */
const packages: Readonly<Record<string, string>> = {
  Crypto: 'pycryptodome',
  MySQLdb: 'mysqlclient',
  OpenSSL: 'pyOpenSSL',
  PIL: 'Pillow',
  attr: 'attrs',
  bs4: 'beautifulsoup4',
  cv2: 'opencv-python-headless',
  dateutil: 'python-dateutil',
  docx: 'python-docx',
  dotenv: 'python-dotenv',
  faiss: 'faiss-cpu',
  fitz: 'PyMuPDF',
  jwt: 'PyJWT',
  magic: 'python-magic',
  pkg_resources: 'setuptools',
  psycopg2: 'psycopg2-binary',
  skimage: 'scikit-image',
  sklearn: 'scikit-learn',
  yaml: 'PyYAML',
};

/**
 * What to do about a Python exception that says that a module is missing, as a sentence behind it; empty for any other.
 * @param givenPython the interpreter of `--python`, into which nothing is installed; null where there is none
 */
export function adviceOnMissingModule(type: string, text: string, givenPython: string | null): string {
  const module = /^No module named '([^']{1,200})'/.exec(text)?.[1];
  if (type !== 'ModuleNotFoundError' || module === undefined) return '';
  const [top = module, ...rest] = module.split('.');
  if (rest.length > 0 && text.endsWith('is not a package'))
    return `. ${top} is a single file, or another package of that name`;
  if (rest.length > 0) {
    const pinned = givenPython === null ? 'in requirements.txt' : `that ${givenPython} has`;
    return `. ${top} was found, but has no ${rest.join('.')} in it: check the name, and the version ${pinned}`;
  }
  const named = Object.hasOwn(packages, top) ? packages[top] : undefined;
  const what = named === undefined ? `the package that has it (often ${top})` : `the package ${named}, which has it,`;
  const advice =
    givenPython === null
      ? `add ${what} to requirements.txt`
      : `--python installs nothing, so install ${what} into that Python (${givenPython} -m pip install ${named ?? top}, ` +
        'or -r requirements.txt for all that is listed), or leave --python out';
  return `. It is neither installed nor a file that the predictor sees: ${advice}`;
}
