using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests;

public sealed class ExecOptionsTests
{
    private static readonly ProcessSpec s_container = new()
    {
        Args = ["init"],
        Cwd = "/srv",
        Env = ["A=1", "B=2", "A=3"],
        Terminal = true,
        NoNewPrivileges = true,
        User = new UserSpec { Uid = 5 },
    };

    [Fact]
    public void Apply_ArgsOnly_KeepsTheRestButNoTerminal()
    {
        ProcessSpec process = new ExecOptions { Args = ["id"] }.Apply(s_container);

        Assert.Equal(s_container with { Args = process.Args, Terminal = null }, process);
        Assert.Equal(["id"], process.Args);
    }

    [Fact]
    public void Apply_Env_ReplacesAllOfTheSameName()
    {
        Assert.Equal(["B=2", "A=x=y", "C="], new ExecOptions { Args = ["id"], Env = ["A=x=y", "C="] }.Apply(s_container).Env);
        Assert.Equal(["A="], new ExecOptions { Args = ["id"], Env = ["A="] }.Apply(null).Env);
    }

    [Fact]
    public void Apply_FromProcess_IgnoresTheContainersAndIsOverriddenByMembers()
    {
        var given = new ProcessSpec { Args = ["ls"], Cwd = "/etc", Env = ["Z=1"] };
        ExecOptions options = ExecOptions.FromProcess(given);
        options.Cwd = "/tmp";

        ProcessSpec process = options.Apply(s_container);

        Assert.Equal(given with { Cwd = "/tmp" }, process);
    }
}
