namespace Oci.Runtime.Linux.Tests.Conformance;

/// <summary>What the bundle, the lifecycle and its operations demands of a runtime on Linux (runtime-spec 1.3.0), in short: the document, the heading and a number, and what has to hold.</summary>
internal static class RuntimeMusts
{
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["bundle.md#container-format-1"] = "config.json lies at the top of the bundle's directory",
        ["runtime.md#scope-of-a-container-1"] = "who creates a container can use every operation on it",
        ["runtime.md#state-1"] = "the state has its members",
        ["runtime.md#state-2"] = "an id is unique",
        ["runtime.md#state-3"] = "a further status stands for a state that the spec does not have",
        ["runtime.md#lifecycle-1"] = "an environment that cannot be made is an error",
        ["runtime.md#lifecycle-2"] = "the program does not run before start",
        ["runtime.md#lifecycle-3"] = "a later change of config.json does not reach the container",
        ["runtime.md#lifecycle-4"] = "prestart hooks are called, and one that fails stops the container with an error",
        ["runtime.md#lifecycle-5"] = "createRuntime hooks are called, and one that fails stops the container with an error",
        ["runtime.md#lifecycle-6"] = "createContainer hooks are called, and one that fails stops the container with an error",
        ["runtime.md#lifecycle-7"] = "startContainer hooks are called, and one that fails stops the container with an error",
        ["runtime.md#lifecycle-8"] = "poststart hooks are called, and one that fails stops the container with an error",
        ["runtime.md#lifecycle-9"] = "start runs the program",
        ["runtime.md#lifecycle-10"] = "delete undoes what create did",
        ["runtime.md#lifecycle-11"] = "poststop hooks are called, and one that fails is a warning",
        ["runtime.md#errors-1"] = "an error leaves everything as it was",
        ["runtime.md#warnings-1"] = "after a warning the operation goes on",
        ["runtime.md#operations-1"] = "all operations are there",
        ["runtime.md#query-state-1"] = "no id is an error",
        ["runtime.md#query-state-2"] = "a container that does not exist is an error",
        ["runtime.md#query-state-3"] = "the state is given",
        ["runtime.md#create-1"] = "no bundle or no id is an error",
        ["runtime.md#create-2"] = "an id that is taken or invalid makes no container",
        ["runtime.md#create-3"] = "all but the process is applied",
        ["runtime.md#create-4"] = "process.args is not applied before start",
        ["runtime.md#create-5"] = "a property that cannot be applied makes no container",
        ["runtime.md#start-1"] = "a container that is not there is an error",
        ["runtime.md#start-2"] = "a second start is an error and does nothing",
        ["runtime.md#start-3"] = "the program runs",
        ["runtime.md#start-4"] = "no process is an error",
        ["runtime.md#kill-1"] = "a container that has ended is an error and gets no signal",
        ["runtime.md#kill-2"] = "the signal arrives",
        ["runtime.md#delete-1"] = "a container that is not there is an error",
        ["runtime.md#delete-2"] = "a container that runs is an error and goes on",
        ["runtime.md#delete-3"] = "what create made is deleted",
        ["runtime.md#delete-4"] = "what create did not make is kept",
        ["runtime-linux.md#dev-symbolic-links-1"] = "fd, stdin, stdout and stderr are links in /dev",
    };
}
