using System.Buffers.Binary;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Planning;

/// <summary>Lays a plan out as the program that the init maps: header, steps, then cells, all at known addresses.</summary>
internal static class ProgramEncoder
{
    /// <summary>The program of <paramref name="plan"/>.</summary>
    /// <param name="plan">The plan; its last step must not fall through.</param>
    /// <param name="reportDescriptor">The descriptor that a failure is reported to.</param>
    /// <param name="programBase">Where it will be mapped: <see cref="ProgramLayout.Base"/> or <see cref="ProgramLayout.InsertBase"/>.</param>
    /// <exception cref="ContainerException">The arguments and the environment are larger than a program may be.</exception>
    public static byte[] Encode(ContainerPlan plan, int reportDescriptor, uint programBase = ProgramLayout.Base)
    {
        PlanStep last = plan.Steps[^1];
        if (last.Operation is not ({ Call: SystemCall.execve or SystemCall.exit_group, Tolerates.Length: 0 } or { OnSuccess.Address: not null, Tolerates.Length: 0 }))
        {
            throw new InvalidOperationException($"A plan cannot end with {last}.");
        }
        Dictionary<PlanCell, uint> addresses = PlaceCells(plan, programBase, out int size);
        byte[] program = new byte[size];
        BinaryPrimitives.WriteUInt64LittleEndian(program, ProgramLayout.AddressOfStep(0, programBase));
        BinaryPrimitives.WriteInt64LittleEndian(program.AsSpan(ProgramLayout.ReportDescriptorOffset), reportDescriptor);
        foreach (PlanStep step in plan.Steps)
        {
            int offset = (int)(ProgramLayout.AddressOfStep(step.Index, programBase) - programBase);
            WriteStep(program.AsSpan(offset, ProgramLayout.OperationSize), step, plan, addresses, programBase);
        }
        foreach ((PlanCell cell, uint address) in addresses.Where(a => a.Key.Content.Length > 0))
        {
            Span<byte> target = program.AsSpan((int)(address - programBase));
            cell.Content.CopyTo(target);
            foreach ((int at, PlanCell pointed, int inside) in cell.Pointers)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(target[at..], addresses[pointed] + (uint)inside);
            }
        }
        return program;
    }

    private static void WriteStep(Span<byte> target, PlanStep step, ContainerPlan plan, Dictionary<PlanCell, uint> addresses, uint programBase)
    {
        PlanOperation operation = step.Operation;
        BinaryPrimitives.WriteUInt32LittleEndian(target, SystemCalls.Number(operation.Call, plan.Architecture));
        target[5] = operation.IsExact ? (byte)1 : (byte)0;
        for (int i = 0; i < operation.Arguments.Length; i++)
        {
            PlanArgument argument = operation.Arguments[i];
            long value = argument.Cell is PlanCell cell ? addresses[cell] + argument.Value : argument.Value;
            BinaryPrimitives.WriteInt64LittleEndian(target[(8 + (8 * i))..], value);
            if (argument.IsLoaded)
            {
                target[4] |= (byte)(1 << i);
            }
        }
        if (operation.Result is PlanCell result)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(target[56..], addresses[result] + (uint)operation.ResultOffset);
        }
        BinaryPrimitives.WriteUInt32LittleEndian(target[64..], Next(operation.OnSuccess));
        BinaryPrimitives.WriteUInt32LittleEndian(target[68..], Next(operation.OnError));
        for (int i = 0; i < operation.Tolerates.Length; i++)
        {
            target[72 + i] = checked((byte)operation.Tolerates[i]);
        }

        uint Next(PlanLabel? label)
        {
            if (label?.Address is uint elsewhere)
            {
                return elsewhere;
            }
            int next = label is null ? step.Index + 1 : label.Step;
            if (next < 0 || (next >= plan.Steps.Count && label is not null))
            {
                throw new InvalidOperationException($"The label {label!.Name} of {step} is not in the plan.");
            }
            return ProgramLayout.AddressOfStep(next, programBase);
        }
    }

    private static Dictionary<PlanCell, uint> PlaceCells(ContainerPlan plan, uint programBase, out int size)
    {
        var addresses = new Dictionary<PlanCell, uint>(plan.Steps.Count, ReferenceEqualityComparer.Instance);
        addresses.Add(PlanCell.ReportDescriptor, ProgramLayout.Base + ProgramLayout.ReportDescriptorOffset);
        long next = ProgramLayout.AddressOfStep(plan.Steps.Count, programBase) - programBase;
        foreach (PlanStep step in plan.Steps)
        {
            foreach (PlanArgument argument in step.Operation.Arguments)
            {
                Place(argument.Cell);
            }
            Place(step.Operation.Result);
        }
        if (next > ProgramLayout.MaxSize)
        {
            throw ContainerException.From(
                new ContainerFailure
                {
                    ContainerId = plan.ContainerId,
                    Step = "laying out the init's program",
                    Errno = Errno.E2BIG,
                    Hint = "Shorten process.args and process.env, or take fewer mounts.",
                },
                $"the steps, the arguments and the environment take more than {ProgramLayout.MaxSize} bytes");
        }
        size = (int)next;
        return addresses;

        void Place(PlanCell? cell)
        {
            if (cell is null || next > ProgramLayout.MaxSize || !addresses.TryAdd(cell, cell.Address ?? programBase + (uint)next) || cell.Address is not null)
            {
                return;
            }
            next = (next + cell.Content.Length + 7) & ~7L;
            foreach ((_, PlanCell target, _) in cell.Pointers)
            {
                Place(target);
            }
        }
    }
}
