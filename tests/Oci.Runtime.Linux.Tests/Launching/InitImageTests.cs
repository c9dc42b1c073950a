using Oci.Runtime.Linux.Launching;
using Oci.Runtime.Linux.Planning;

namespace Oci.Runtime.Linux.Tests.Launching;

public sealed class InitImageTests
{
    [Theory]
    [InlineData((int)ProgramArchitecture.X64, "init-x64.S", "", "--64")]
    [InlineData((int)ProgramArchitecture.Arm64, "init-arm64.S", "aarch64-linux-gnu-", "-EL")]
    public async Task For_ListingAssembledAgain_HasTheSameBytes(int architecture, string listing, string prefix, string option)
    {
        string assembler = Requires.Tool(prefix + "as");
        string objcopy = Requires.Tool(prefix + "objcopy");
        using var folder = new TempDirectory();
        string source = Path.Combine(AppContext.BaseDirectory, "Init", listing);

        (await ToolResult.RunAsync(assembler, [option, source, "-o", folder.Combine("init.o")])).EnsureSuccess();
        (await ToolResult.RunAsync(objcopy, ["-O", "binary", "-j", ".text", folder.Combine("init.o"), folder.Combine("init")])).EnsureSuccess();

        Assert.Equal(File.ReadAllBytes(folder.Combine("init")), InitImage.For((ProgramArchitecture)architecture).ToArray());
    }

    [Theory]
    [InlineData((int)ProgramArchitecture.X64)]
    [InlineData((int)ProgramArchitecture.Arm64)]
    public void For_AnyArchitecture_IsUnderOneKilobyte(int architecture) =>
        Assert.InRange(InitImage.For((ProgramArchitecture)architecture).Length, 1, 1023);
}
