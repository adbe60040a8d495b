/** Saves a teacher's task as the file that `isinglass effective-action` reads. */
import { notify } from "../../notices.ts";
import { requestOf } from "./state.ts";

/** Draws the task of the state anew and hands it to the browser as teacher-task.json. */
export async function saveTeacherTask(): Promise<void> {
  const request = requestOf();
  if (request.task.kind !== "teacher") {
    notify({ kind: "info", text: "Only a teacher's task is saved: choose “random teacher” as the task." });
    return;
  }
  const [{ openTask }, { taskFile }, { download }] = await Promise.all([
    import("./measure.ts"),
    import("./task-file.ts"),
    import("../../figure/save.ts"),
  ]);
  const { task } = await openTask(request, () =>
    Promise.reject(new Error("internal: a teacher has no sample")),
  );
  download("teacher-task.json", taskFile(task, request), "application/json");
}
