import { expect, it } from "vitest";
import { findLayout } from "../../src/sources/code/layout.ts";

function frontEnds(tree: Readonly<Record<string, string>>): readonly string[] {
  const { webRoots } = findLayout({ list: { files: Object.keys(tree).sort() }, text: (file) => tree[file] ?? null });
  return webRoots.map(({ name, folder }) => `${name}: ${folder}`);
}

const firebase = { "firebase.json": '{ "functions": { "source": "functions" } }' };

it("takes a Flutter app for one front end, with its Android and iOS folders", () => {
  expect(
    frontEnds({
      ...firebase,
      "mobile/pubspec.yaml": "name: shop\ndependencies:\n  flutter:\n    sdk: flutter\n  cloud_functions: ^5.1.0\n",
      "mobile/android/app/build.gradle":
        "dependencies {\n  implementation 'com.google.firebase:firebase-functions'\n}\n",
      "mobile/ios/Podfile": "target 'Runner' do\n  pod 'FirebaseFunctions'\nend\n",
      "tools/pubspec.yaml": "name: tools\n# cloud_functions: is not for tools\ndependencies:\n  args: any\n",
    }),
  ).toEqual(["mobile: mobile"]);
});

it("finds Android and Apple apps by what their build files ask for", () => {
  expect(
    frontEnds({
      ...firebase,
      "android/build.gradle.kts": "plugins {}\n",
      "android/app/build.gradle.kts": "dependencies {\n    implementation(libs.firebase.functions)\n}\n",
      "wear/build.gradle": "dependencies {\n    // implementation 'com.google.firebase:firebase-functions'\n}\n",
      "ios/Shop.xcodeproj/project.pbxproj": "productName = FirebaseFunctions;\n",
      "kiosk/Podfile": "pod 'Firebase/Functions'\n",
      "kit/Package.swift": '.product(name: "FirebaseFunctions", package: "firebase-ios-sdk"),\n',
      "game/Packages/manifest.json": '{ "dependencies": { "com.google.firebase.functions": "12.0.0" } }\n',
    }),
  ).toEqual(["ios: ios", "kit: kit", "game: game", "kiosk: kiosk", "android: android/app"]);
});

it("finds pages that Hosting serves as they lie there, and no output of a build", () => {
  expect(
    frontEnds({
      "firebase.json": JSON.stringify({
        functions: { source: "functions" },
        hosting: [{ public: "public" }, { public: "web/dist" }, { public: "admin/build" }],
      }),
      "public/index.html": "<script></script>",
      "web/package.json": '{ "dependencies": { "firebase": "^11.0.0" } }',
      "web/dist/index.html": "<script></script>",
    }),
  ).toEqual(["web: web", "public: public"]);
});

it("leaves clients aside that are part of the functions themselves", () => {
  expect(
    frontEnds({
      ...firebase,
      "functions/package.json": '{ "dependencies": { "firebase": "^11.0.0", "firebase-functions": "^6.0.0" } }',
      "functions/tools/pubspec.yaml": "dependencies:\n  cloud_functions: any\n",
    }),
  ).toEqual([]);
});

it("finds the front ends beside functions that lie in the root itself", () => {
  expect(
    frontEnds({
      "firebase.json": '{ "functions": { "source": "." } }',
      "package.json": '{ "dependencies": { "firebase": "^11.0.0", "firebase-functions": "^6.0.0" } }',
      "web/package.json": '{ "dependencies": { "firebase": "^11.0.0" } }',
      "mobile/pubspec.yaml": "dependencies:\n  cloud_functions: any\n",
    }),
  ).toEqual(["web: web", "mobile: mobile"]);
});

it("keeps codebases of one source apart by their prefixes", () => {
  const entries = [
    { source: "functions", codebase: "shop", prefix: "shop" },
    { source: "functions", codebase: "club", prefix: "club" },
    { source: "functions", codebase: "again", prefix: "club" },
  ];
  const tree = { "firebase.json": JSON.stringify({ functions: entries }) };
  const { codebases } = findLayout({ list: { files: Object.keys(tree) }, text: () => tree["firebase.json"] });
  expect(codebases).toEqual([
    { name: "shop", source: "functions" },
    { name: "club", source: "functions" },
  ]);
});
