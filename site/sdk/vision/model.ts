/** What makes a descriptor. Descriptors of two models or pipelines live in different spaces. */
export const MODEL = "face-api-1.7.15/face_recognition";
export const PIPELINE = "aligned-mirror-1";
