namespace OciRun.Commands;

/// <summary>All commands.</summary>
internal static class CommandTable
{
    public static IEnumerable<Command> All => Names.Select(name => Find(name)!);

    private static readonly string[] Names =
    [
        "checkpoint", "create", "delete", "exec", "kill", "list", "plan", "restore", "run", "spec", "start", "state",
    ];

    /// <summary>The command of a name; null where there is none.</summary>
    public static Command? Find(string name) => name switch
    {
        "checkpoint" => new CheckpointCommand("checkpoint"),
        "create" => new CreateCommand(),
        "delete" => new DeleteCommand(),
        "exec" => new ExecCommand(),
        "kill" => new KillCommand(),
        "list" => new ListCommand(),
        "plan" => new PlanCommand(),
        "restore" => new CheckpointCommand("restore"),
        "run" => new RunCommand(),
        "spec" => new SpecCommand(),
        "start" => new StartCommand(),
        "state" => new StateCommand(),
        _ => null,
    };
}
